"""The rollover form: draft, preview, wording, issue. Issuing saves all of it or none."""
