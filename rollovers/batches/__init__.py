"""Letters in hundreds: preview, the worker, the archive."""
