# One image for the desk and for the workers. In the repository's folder:
#   docker build -f docs/kubernetes.Dockerfile -t registry.example/perspectives:1 .
FROM python:3.11-slim
COPY pyproject.toml constraints.txt README.md /perspectives/
COPY pipeline /perspectives/pipeline
RUN pip install --no-cache-dir -c /perspectives/constraints.txt torch \
 && pip install --no-cache-dir -c /perspectives/constraints.txt '/perspectives[cluster,weights]'
# Letters that the fonts in the package do not have.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-noto-core fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 1000 producer
USER 1000
WORKDIR /tmp
