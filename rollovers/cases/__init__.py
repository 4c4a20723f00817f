"""A letter's life after it is issued: steps, payments, sixty days, scans, tax forms."""
