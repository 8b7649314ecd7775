"""HTML pages from Jinja2 templates with one style sheet; each opens anywhere, without a network."""
