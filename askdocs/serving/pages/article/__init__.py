"""An article as a page shows it: blocks of text and tables with the quote marked, and images of the pages of a PDF."""
