"""From a query to a recorded recommendation, and the films around it."""
