"""Dances made of moves cut from footage: a graph of moves, searched for the best way through.

Map
    segmentation, clip, motion_beats   a take cut into moves at its arrivals; its movement over time
    graph, candidates, search          what may follow what; what might be next; what is danced
    time_warp, crossfade               arrivals laid on beats; from one move into the next
    moves_to_poses, report             the poses; how much footage there was, how far stretched
    move_choreographer                 the contract `Choreographer`
"""
