// Testcontainers for Java, with the image that `docker build -t fauxforce .` makes.
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.net.http.*;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.junit.jupiter.*;

@Testcontainers
class OrgTest {
  @Container
  static final GenericContainer<?> fauxforce =
      new GenericContainer<>("fauxforce").withExposedPorts(7332).waitingFor(Wait.forHttp("/_fauxforce/health"));

  @Test void aSessionIsOpened() throws Exception {
    var url = "http://" + fauxforce.getHost() + ":" + fauxforce.getMappedPort(7332) + "/services/oauth2/token";
    var form = "grant_type=password&client_id=fauxforce-client-id&client_secret=fauxforce-client-secret"
        + "&username=admin@fauxforce.test&password=fauxforce1";
    var request = HttpRequest.newBuilder(URI.create(url)).header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form)).build();
    assertEquals(200, HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
  }
}
