"""What is deployed: manifests that Kubernetes takes, services that fit together, nothing open that should be shut."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from bot.machine.opening import file_of
from bot.settings import Settings

DEPLOY = Path(__file__).parent.parent / "deploy"
K8S = DEPLOY / "k8s"
VERSION = "1.33"
WORKLOADS = ("Deployment", "StatefulSet")


def documents() -> Iterator[dict[str, Any]]:
    for file in sorted(K8S.glob("*.yaml")):
        for document in yaml.safe_load_all(file.read_text("utf-8")):
            if document["kind"] != "Kustomization":
                yield document


EVERY = list(documents())


def named(kind: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(d for d in EVERY if d["kind"] == kind and d["metadata"]["name"] == name)
    return found


def containers(workload: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = workload["spec"]["template"]["spec"]["containers"]
    return found


WORK = [d for d in EVERY if d["kind"] in WORKLOADS]


@pytest.mark.parametrize("document", EVERY, ids=lambda d: f"{d['kind']}-{d['metadata']['name']}")
def test_kubernetes_takes_it(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, VERSION, strict=True)


def test_a_wrong_manifest_would_be_noticed() -> None:
    wrong = {**named("Deployment", "hub"), "spec": {**named("Deployment", "hub")["spec"], "replica": 2}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_kustomize_has_every_file_but_the_secret_s_example() -> None:
    listed = yaml.safe_load((K8S / "kustomization.yaml").read_text("utf-8"))["resources"]
    files = {file.name for file in K8S.glob("*.yaml")} - {"kustomization.yaml", "secret.example.yaml"}

    assert set(listed) == files


@pytest.mark.parametrize("workload", WORK, ids=lambda d: d["metadata"]["name"])
def test_every_container_is_probed_limited_and_powerless(workload: dict[str, Any]) -> None:
    pod = workload["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    for container in containers(workload):
        assert {"readinessProbe", "livenessProbe"} <= set(container)
        assert {"cpu", "memory"} == set(container["resources"]["requests"]) == set(container["resources"]["limits"])
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("workload", WORK, ids=lambda d: d["metadata"]["name"])
def test_what_belongs_together_has_the_same_labels(workload: dict[str, Any]) -> None:
    labels = workload["spec"]["template"]["metadata"]["labels"]
    name = workload["metadata"]["name"]

    assert workload["spec"]["selector"]["matchLabels"] == labels
    assert named("Service", name)["spec"]["selector"] == labels
    assert named("NetworkPolicy", name)["spec"]["podSelector"]["matchLabels"] == labels
    ports = {port["name"] for container in containers(workload) for port in container["ports"]}
    assert {port["targetPort"] for port in named("Service", name)["spec"]["ports"]} <= ports


def test_there_are_two_of_what_citizens_need() -> None:
    assert [named("Deployment", name)["spec"]["replicas"] for name in ("hub", "rasa")] == [2, 2]
    hub = named("Deployment", "hub")
    assert hub["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert hub["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > 25  # requests 10 s, messages 15 s


def test_the_hub_is_given_every_setting_it_must_have() -> None:
    given = set(named("ConfigMap", "hub")["data"]) | set(named("Secret", "tsunagi")["stringData"])
    needed = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    known = {name.upper() for name in Settings.model_fields} | {"POSTGRES_PASSWORD", "RASA_TRACKER_URL"}

    assert needed <= given
    assert given <= known, f"nobody reads {given - known}"


def test_no_secret_is_in_the_project() -> None:
    for name, value in named("Secret", "tsunagi")["stringData"].items():
        assert value == "" or "PASSWORD@" in value, f"{name} is filled in"


def test_the_world_reaches_nothing_inside() -> None:
    paths = named("Ingress", "hub")["spec"]["rules"][0]["http"]["paths"]
    reached = {path["path"] for path in paths if path["pathType"] == "Prefix"}

    assert not any("/metrics".startswith(p) or "/rasa".startswith(p) or "/demo".startswith(p) for p in reached)
    only = named("NetworkPolicy", "rasa")["spec"]["ingress"][0]["from"]
    assert only == [{"podSelector": {"matchLabels": {"app": "hub"}}}]  # its conversation door asks for no token


@pytest.fixture
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return loaded


def test_compose_runs_the_same_parts(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) - {"front"} == {d["metadata"]["name"] for d in WORK}
    assert [services[name]["deploy"]["replicas"] for name in ("hub", "rasa")] == [2, 2]
    assert all(service.get("mem_limit") and service["restart"] == "unless-stopped" for service in services.values())
    assert {name for name, service in services.items() if "ports" in service} == {"front"}


def test_compose_names_only_what_there_is(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert {one["source"] for one in service.get("configs", [])} <= set(compose["configs"])
        volumes = {volume.split(":")[0] for volume in service.get("volumes", [])}
        assert volumes <= set(compose["volumes"])
        if build := service.get("build"):
            assert (DEPLOY.parent / build["dockerfile"]).is_file()


def test_compose_keeps_inside_what_is_inside(compose: dict[str, Any]) -> None:
    front = compose["configs"]["caddy"]["content"]
    assert re.search(r"path /metrics /rasa/\* /demo/\*\s+respond @inside 404", front)


@pytest.mark.parametrize("where", ["k8s", "compose"])
def test_rasa_s_replicas_share_tracker_and_locks(where: str, compose: dict[str, Any]) -> None:
    env = compose["services"]["rasa"]["environment"]
    if where == "k8s":
        env = {one["name"]: one.get("value", "") for one in containers(named("Deployment", "rasa"))[0]["env"]}
    endpoints = (DEPLOY.parent / env["RASA_ENDPOINTS"]).read_text("utf-8")

    assert yaml.safe_load(endpoints)["lock_store"]["type"] == "redis"
    assert set(re.findall(r"\$\{(\w+)\}", endpoints)) <= set(env)


def test_litestream_copies_the_file_that_the_hub_works_on() -> None:
    [database] = yaml.safe_load((DEPLOY / "litestream.yml").read_text("utf-8"))["dbs"]
    guide = (DEPLOY / "README.md").read_text("utf-8")
    folder = re.search(r"^WorkingDirectory=(.+)$", guide, re.M)
    named = re.search(r"sqlite:////\S+", (DEPLOY.parent / ".env.example").read_text("utf-8"))

    assert folder
    assert named
    default = Settings.model_fields["database_url"].default.removeprefix("sqlite:///")
    assert database["path"] == str(Path(folder[1]) / default) == str(file_of(named[0]))
    assert database["path"] in (DEPLOY.parent / "docs" / "backup.md").read_text("utf-8")


def test_litestream_s_names_are_known_also_those_to_be_chosen() -> None:
    # It ignores what it doesn't know: a slip of the pen would be no backup.
    text = (DEPLOY / "litestream.yml").read_text("utf-8")
    settings = yaml.safe_load(text)
    bucket = set(re.findall(r"^      # ([a-z-]+): ", text, re.M))

    assert set(settings) == {"dbs", "snapshot"}
    assert set(settings["snapshot"]) == {"interval", "retention"}
    assert set(settings["dbs"][0]) == {"path", "replica"}
    assert set(settings["dbs"][0]["replica"]) == {"type", "path"}
    assert bucket == {"type", "bucket", "path", "region", "endpoint", "force-path-style"}


def test_the_archive_of_postgresql_is_where_the_way_back_reads() -> None:
    conf = (DEPLOY / "postgres-archive.conf").read_text("utf-8")
    guide = (DEPLOY.parent / "docs" / "backup.md").read_text("utf-8")

    [archive] = re.findall(r"f=(\S+)/%f;", conf)
    assert f"restore_command = 'cp {archive}/%f %p'" in guide
    assert "include = '/etc/tsunagi/postgres-archive.conf'" in conf
    assert "include = '/etc/tsunagi/postgres-archive.conf'" in guide
