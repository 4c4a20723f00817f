"""How fast letters are made, beside other ways to make them: script/benchmarks writes docs/performance.md."""
