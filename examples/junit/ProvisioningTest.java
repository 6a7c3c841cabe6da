// JUnit 5 and the JDK; `fauxforce` is on the PATH.
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.net.http.*;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.*;
import java.util.regex.Pattern;
import org.junit.jupiter.api.*;

class ProvisioningTest {
  static final HttpClient http = HttpClient.newHttpClient();
  static Process server;
  static String main;
  String world;

  @BeforeAll static void start() throws Exception {
    Path ready = Files.createTempDirectory("fauxforce").resolve("ready.json");
    server = new ProcessBuilder("fauxforce", "serve", "--port", "0", "--deterministic", "--ready-file", ready.toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    while (!Files.exists(ready)) Thread.sleep(5);
    main = Files.readString(ready);
  }
  @AfterAll static void stop() { server.destroy(); }
  @BeforeEach void fork() throws Exception { world = post(main, "/_fauxforce/worlds", "{}").body(); }

  static String fact(String facts, String key) {
    var found = Pattern.compile("\"" + key + "\": *\"([^\"]*)\"").matcher(facts);
    return found.find() ? found.group(1) : "";
  }
  static HttpResponse<String> post(String facts, String path, String json) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(fact(facts, "url") + path)).header("Content-Type", "application/json")
        .header("Authorization", "Bearer " + fact(facts, "accessToken")).POST(HttpRequest.BodyPublishers.ofString(json));
    return http.send(request.build(), BodyHandlers.ofString());
  }
  @Test void aCustomerIsMade() throws Exception {
    assertEquals(201, post(world, "/services/data/v60.0/sobjects/Account", "{\"Name\": \"Hopper\"}").statusCode());
  }
}
