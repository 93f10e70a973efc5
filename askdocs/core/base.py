"""The base of every model of askdocs, and the arrays that its parts hand to each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


class Model(BaseModel):
    """What every model here shares: it cannot be changed, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
