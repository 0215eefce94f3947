# The server in a container: the locked packages, each checked by its hash, then the project; run without root.
FROM python:3.11-slim-bookworm AS built
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/passation
COPY requirements/ requirements/
RUN /opt/passation/bin/pip install --require-hashes -r requirements/build.txt \
 && /opt/passation/bin/pip install --require-hashes -r requirements/runtime.txt
COPY pyproject.toml README.md ./
COPY question_bank/ question_bank/
COPY exam_server/ exam_server/
COPY exam_client_web/ exam_client_web/
COPY proctor_console/ proctor_console/
RUN /opt/passation/bin/pip install --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 passation \
 && useradd --uid 10001 --gid passation --no-create-home --shell /usr/sbin/nologin passation \
 && install -d -o passation -g passation -m 700 /var/lib/passation
COPY --from=built /opt/passation /opt/passation
ENV PATH=/opt/passation/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PASSATION_FOLDER=/var/lib/passation
USER 10001:10001
VOLUME /var/lib/passation
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=40s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["passation"]
CMD ["serve", "--host", "0.0.0.0"]
