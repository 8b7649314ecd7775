"""Dances made of moves cut from footage: a graph of moves, searched for the best way through.

Map
    segmentation, clip                 a take cut into moves; its movement over time
    accents                            footfalls and strikes
    graph, candidates, search          what may follow what; what might be next; what is danced
    time_warp, crossfade               accents laid on beats; from one move into the next
    moves_to_poses, report             the poses; how much footage there was, how far stretched
    move_choreographer                 the contract `Choreographer`
"""
