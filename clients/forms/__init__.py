"""Forms of facts, each in a module of its noun. They record what the papers say; none of them judges it."""
