"""The choreography: which step on which beats, as JSON that people read and edit.

Map
    choreography, schema       the plan and its JSON schema
    steps, moves               an action placed on beats; what a take was cut into
    styles                     named ways of choosing steps
    action_provenance          where a plan's actions come from
"""
