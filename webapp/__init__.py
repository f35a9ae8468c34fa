"""Onesheet's web app: pages and the JSON API, over the application in `onesheet`."""
