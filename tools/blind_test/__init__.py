"""Two ways of dancing, judged blind: clips alike, a page to vote on, votes counted."""
