import cv2
import numpy as np
import pytest

SIZE = 256


@pytest.fixture(scope="session")
def room():
    """A picture with bare and busy places, uint8 RGB (256, 256, 3), as a wall and a floor are."""
    random = np.random.default_rng(3)
    down, across = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    wall = 150 + 40 * across + 20 * down
    floor = 90 + 30 * np.sin(across * 90) + random.normal(0, 6, (SIZE, SIZE))
    grey = np.where(down > 0.75, floor, wall)
    picture = np.stack([grey, 0.9 * grey, 0.8 * grey], -1).clip(0, 255).astype(np.uint8)
    cv2.rectangle(picture, (30, 40), (80, 110), (230, 220, 60), -1)
    cv2.circle(picture, (180, 90), 30, (40, 60, 160), -1)
    return picture
