"""総合相談: the consultation, from the first word on LINE to an entry of the library; a folder a stage."""
