// The standard library; a server runs, and `eval "$(fauxforce env)"` has exported where.
package provisioning

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
)

type world struct{ URL, AccessToken string }

func post(t *testing.T, url, token, body string, into any) int {
	t.Helper()
	request, _ := http.NewRequest("POST", url, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode
}

func TestACustomerIsMade(t *testing.T) {
	var org world
	post(t, os.Getenv("FAUXFORCE_URL")+"/_fauxforce/worlds", "", "{}", &org)
	var made struct{ ID string }
	if status := post(t, org.URL+"/services/data/v60.0/sobjects/Account", org.AccessToken, `{"Name": "Hopper"}`, &made); status != 201 {
		t.Fatalf("status %d", status)
	}
}
