// Testcontainers for Node, with the image that `docker build -t fauxforce .` makes.
import { connect } from "fauxforce";
import { GenericContainer, Wait } from "testcontainers";
import { expect, test } from "vitest";

test("an org in a container", async () => {
  const container = await new GenericContainer("fauxforce")
    .withExposedPorts(7332)
    .withWaitStrategy(Wait.forHttp("/_fauxforce/health", 7332))
    .start();
  const server = await connect(`http://${container.getHost()}:${container.getMappedPort(7332)}`);
  expect(await server.main.request("GET", "limits")).toMatchObject({ status: 200 });
  await container.stop();
});
