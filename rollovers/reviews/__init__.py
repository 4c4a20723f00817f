"""Facts judged: a plan's facts, its ledger, years, IRAs, comparison and findings. Nothing is saved but a reason."""
