"""Import of the MTCNN face detector (Zhang and others 2016)."""
