"""Programs that write data files of the repository anew. They are run by hand."""
