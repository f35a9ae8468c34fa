"""The surface a scene is painted on, its colours, and what stands in many scenes."""
