"""Facts turned into figures, findings and letters. A preview saves nothing; issuing saves all of it or none."""
