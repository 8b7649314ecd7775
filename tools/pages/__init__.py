"""HTML pages that carry their pictures and open anywhere: the report, scores of frames."""
