"""The firm's chain of events: what it says of a letter, its verification, backups and keys."""
