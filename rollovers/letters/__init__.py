"""The letters: the type that limits them, their words, the documents of a packet."""
