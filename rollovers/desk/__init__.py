"""The pages over all of it: the work list, the client's page, the list of letters."""
