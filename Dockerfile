# Two images: `docker build --target cpu --build-arg TORCH_INDEX=ADDRESS -t stickdance .`, where ADDRESS is that
# of PyTorch's CPU wheels (see pytorch.org; without it the libraries of CUDA come along), or `--target cuda`.
# Written with care and not yet tried: where it fails, suspect this file before the code.
#
#   docker run --rm --network none --user "$(id -u):$(id -g)" -v "$PWD:/work" stickdance \
#       make --demo -o out/demo.mp4                      # with the other image: --gpus all
#
# What runs needs no network: MODELS names the public weights that are put into the image
# (`stickdance models list`; --build-arg MODELS= for none).

FROM python:3.13-slim-bookworm AS base
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
# OpenCV needs libraries of the system, labels a font.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgl1 libglib2.0-0 libgomp1 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home dancer \
    && install -d -o dancer /work \
    && chmod 1777 /home/dancer  # whatever --user says finds a home
ENV HOME=/home/dancer STICKDANCE_MODELS=/opt/stickdance/models NUMBA_CACHE_DIR=/tmp/numba
WORKDIR /work
ENTRYPOINT ["stickdance"]
CMD ["--help"]

# The wheel alone goes on; neither the source nor what builds it.
FROM base AS wheel
WORKDIR /source
COPY . .
RUN python -m pip wheel --no-deps --wheel-dir /wheels .

FROM base AS cpu
ARG MODELS=blazepose
ARG TORCH_INDEX=
# A pinned "2.15.0" takes "2.15.0+cpu"; what these two need comes with the rest.
RUN --mount=type=bind,source=constraints.txt,target=/tmp/constraints.txt \
    --mount=type=bind,from=wheel,source=/wheels,target=/tmp/wheels \
    python -m pip install --constraint /tmp/constraints.txt --no-deps \
        ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch torchvision \
    && python -m pip install --constraint /tmp/constraints.txt /tmp/wheels/*.whl
RUN mkdir -p "$STICKDANCE_MODELS" \
    && if [ -n "$MODELS" ]; then stickdance models get $MODELS; fi \
    && chmod -R a+rX /opt/stickdance && rm -rf /tmp/numba
HEALTHCHECK NONE
USER dancer

FROM base AS cuda
ARG MODELS=blazepose
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility,video
# The usual torch for Linux brings the CUDA libraries; the driver is the host's.
RUN --mount=type=bind,source=constraints.txt,target=/tmp/constraints.txt \
    --mount=type=bind,from=wheel,source=/wheels,target=/tmp/wheels \
    python -m pip install --constraint /tmp/constraints.txt /tmp/wheels/*.whl
RUN mkdir -p "$STICKDANCE_MODELS" \
    && if [ -n "$MODELS" ]; then stickdance models get $MODELS; fi \
    && chmod -R a+rX /opt/stickdance && rm -rf /tmp/numba
HEALTHCHECK NONE
USER dancer
