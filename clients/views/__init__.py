"""Pages of facts, each in a module of its noun: authorise, clean, one call, render. New and edit are one handler."""
