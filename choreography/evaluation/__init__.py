"""How good a dance is: with its music, in itself, and beside other dances."""
