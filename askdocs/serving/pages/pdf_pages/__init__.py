"""The pages of a PDF as images, with boxes around the lines of a quote.

pdfium reads the file in a child process, which has a time and a memory it may use: a hostile file ends only the child.
"""
