import all from "./index.cjs";

export const { ControlError, Org, SamlResponse, Server, binary, connect, refusedRequests, sharedServer, startServer } = all;
