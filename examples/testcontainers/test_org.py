"""Testcontainers for Python, with the image that `docker build -t fauxforce .` makes."""

import json
import urllib.request

from testcontainers.core.container import DockerContainer
from testcontainers.core.waiting_utils import wait_for_logs


def test_a_world_in_a_container():
    with DockerContainer("fauxforce").with_exposed_ports(7332) as container:
        wait_for_logs(container, "Ctrl-C ends it")
        url = f"http://{container.get_container_host_ip()}:{container.get_exposed_port(7332)}"
        # Worlds are at the one port that is published, by the header.
        wish = urllib.request.Request(f"{url}/_fauxforce/worlds", b'{"port": false}', {"Content-Type": "application/json"})
        world = json.load(urllib.request.urlopen(wish))
        headers = {"Authorization": f"Bearer {world['accessToken']}", "X-Fauxforce-World": world["name"]}
        asked = urllib.request.Request(f"{url}/services/data/v60.0/sobjects/Account/describe", headers=headers)
        assert json.load(urllib.request.urlopen(asked))["name"] == "Account"
