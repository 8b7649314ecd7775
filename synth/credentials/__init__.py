"""Content credentials (C2PA): who says that a video is synthetic, of what, and with whose consent.

Map
    claims                          what is said of a video, as the manifest that is signed
    signer, local_certificate       who signs: a certificate and its key, one's own or one made here
    signing                         the last step before a video takes its name
    reading                         what the credentials of any file say, and whether they hold
    c2pa_library                    c2pa-python, kept off the network
"""
