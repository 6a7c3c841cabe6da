// Testcontainers for Go, with the image that `docker build -t fauxforce .` makes.
package org

import (
	"context"
	"net/http"
	"testing"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

func TestAnOrgInAContainer(t *testing.T) {
	ctx := context.Background()
	container, err := testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{
		ContainerRequest: testcontainers.ContainerRequest{
			Image:        "fauxforce",
			ExposedPorts: []string{"7332/tcp"},
			WaitingFor:   wait.ForHTTP("/_fauxforce/health").WithPort("7332/tcp"),
		},
		Started: true,
	})
	testcontainers.CleanupContainer(t, container)
	if err != nil {
		t.Fatal(err)
	}
	url, err := container.PortEndpoint(ctx, "7332/tcp", "http")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get(url + "/services/data")
	if err != nil || answer.StatusCode != 200 {
		t.Fatal(answer, err)
	}
}
