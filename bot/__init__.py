"""The shell: receives, decides, sends."""
