"""Figures for Plotly and for paper."""
