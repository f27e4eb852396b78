"""The manifest in docs/ hangs together: its names, its volume and its one image. That Kubernetes
would take it was tried against the schema of the operator's version that docs/cluster.md names.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from conftest import REPOSITORY
from ruamel.yaml import YAML

DOCS = REPOSITORY / "docs"
Pod = dict[str, Any]


@pytest.fixture(scope="module")
def kinds() -> dict[str, Any]:
    """What is in the manifest, by its kind."""
    manifest = (DOCS / "kubernetes.yaml").read_text("utf-8")
    return {one["kind"]: one for one in YAML(typ="safe").load_all(manifest)}


@pytest.fixture(scope="module")
def pods(kinds: dict[str, Any]) -> dict[str, Pod]:
    """Worker, scheduler and desk."""
    cluster, desk = kinds["DaskCluster"]["spec"], kinds["Deployment"]["spec"]["template"]
    return {one: cluster[one]["spec"] for one in ("worker", "scheduler")} | {"desk": desk["spec"]}


def test_all_run_one_image_under_one_account(pods):
    assert len({pod["containers"][0]["image"] for pod in pods.values()}) == 1
    assert {pod["securityContext"]["runAsUser"] for pod in pods.values()} == {1000}


def test_workers_and_desk_see_the_events_at_the_same_place(kinds, pods):
    claim = kinds["PersistentVolumeClaim"]
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    for one in ("worker", "desk"):
        (volume,), (mount,) = pods[one]["volumes"], pods[one]["containers"][0]["volumeMounts"]
        assert volume["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
        assert (mount["name"], mount["mountPath"]) == (volume["name"], "/events")


def test_the_scheduler_is_found_under_the_address_that_the_manual_says(kinds):
    cluster = kinds["DaskCluster"]
    name, service = cluster["metadata"]["name"], cluster["spec"]["scheduler"]["service"]
    assert service["selector"]["dask.org/cluster-name"] == name
    port = {one["name"]: one["port"] for one in service["ports"]}["tcp-comm"]
    manual = (DOCS / "cluster.md").read_text("utf-8")
    assert f"--scheduler tcp://{name}-scheduler:{port}\n" in manual
    assert f"kubectl scale daskworkergroup {name}-default " in manual


def test_nobody_but_the_desk_and_the_operator_reaches_dask(kinds):
    rule = kinds["NetworkPolicy"]["spec"]
    dask = {"dask.org/cluster-name": kinds["DaskCluster"]["metadata"]["name"]}
    desk = kinds["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert rule["podSelector"]["matchLabels"] == dask
    (allowed,) = rule["ingress"]
    by_pod = [one["podSelector"]["matchLabels"] for one in allowed["from"] if "podSelector" in one]
    assert by_pod == [dask, desk]


def test_the_image_is_made_of_what_is_in_this_repository():
    recipe = (DOCS / "kubernetes.Dockerfile").read_text("utf-8")
    copied = re.findall(r"^COPY (.+) \S+$", recipe, re.M)
    assert all((REPOSITORY / name).exists() for line in copied for name in line.split())
    assert "[cluster,weights]" in recipe
