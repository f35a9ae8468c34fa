"""What an operator watches: log lines, a line for each change, and figures for Prometheus."""
