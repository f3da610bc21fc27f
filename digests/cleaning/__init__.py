"""From a page, a feed item or flattened text to an Article."""
