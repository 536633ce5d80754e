package agent;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The reference agent's job, done by a JVM: registers with a one-time token, then sends heartbeats. It reads the same
 * settings and speaks to the same server; for tests of what only a Java agent meets.
 *
 * <p>It uses the JDK's own HTTP client, so that the JVM options of start-agent.ini act on it. A file
 * {@code state/discover} has it load the class {@code Discovery} from discovery.jar, which isn't opened before.
 */
public final class NetworkAgent {
    private static final String USAGE =
        "usage: java -jar agent.jar --config FILE --state DIRECTORY\n"
            + "       java -jar agent.jar health --state DIRECTORY\n"
            + "       java -jar agent.jar --help | --version\n";
    /** Milliseconds until a rejected token or registration is tried again without a change of the settings. */
    private static final long PATIENCE = 600_000;

    private final Path configuration;
    private final Path state;
    private final Log log;
    private String lastProblem = "";
    private int problemCount;

    private NetworkAgent(Path configuration, Path state) throws IOException {
        this.configuration = configuration;
        this.state = state;
        Files.createDirectories(state.resolve("logs"));
        Files.createDirectories(state.resolve("state"));
        log = new Log(state.resolve("logs/agent.log"));
    }

    public static void main(String[] arguments) {
        int code;
        try {
            code = run(new ArrayDeque<>(Arrays.asList(arguments)));
        } catch (IOException failure) {
            System.err.println("error: " + words(failure));
            code = 1;
        }
        System.exit(code);
    }

    private static int run(Deque<String> arguments) throws IOException {
        String configuration = null;
        String state = null;
        boolean isHealth = false;
        while (!arguments.isEmpty()) {
            String argument = arguments.pop();
            switch (argument) {
                case "health":
                    isHealth = true;
                    break;
                case "--config":
                    configuration = arguments.poll();
                    break;
                case "--state":
                    state = arguments.poll();
                    break;
                case "--help":
                    System.out.print(USAGE);
                    return 0;
                case "--version":
                    System.out.println(version());
                    return 0;
                default:
                    System.err.print("error: unknown argument " + argument + "\n" + USAGE);
                    return 64;
            }
        }
        if (state == null || (configuration == null && !isHealth)) {
            System.err.print("error: an option is missing\n" + USAGE);
            return 64;
        }
        if (isHealth) {
            String problem = Status.problem(Paths.get(state, "state/status.properties"));
            if (problem != null) System.err.println(problem);
            return problem == null ? 0 : 1;
        }
        NetworkAgent agent = new NetworkAgent(Paths.get(configuration), Paths.get(state));
        // A JVM that gets SIGTERM runs this and ends with 143.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> agent.log.write("stopped")));
        Thread discoveries = new Thread(agent::watchForRequests, "discoveries");
        discoveries.setDaemon(true);
        discoveries.start();
        try {
            agent.live();
        } catch (BadSettings problem) {
            agent.log.write(words(problem));
            agent.log.write("the agent stops, since it can't work with these settings");
        }
        return 0;
    }

    private static String version() {
        String version = NetworkAgent.class.getPackage().getImplementationVersion();
        return version == null ? "0" : version;
    }

    /** Runs until the settings turn out not to work at all. */
    private void live() throws IOException {
        while (true) {
            Object seen = mark();
            Settings settings = new Settings(configuration);
            String way = settings.proxyHost == null ? "" : " through " + settings.proxyHost + ":" + settings.proxyPort;
            log.write("java-agent " + version() + " works with " + settings.server + way);
            String rejection = serve(settings, new Server(settings), seen);
            if (rejection == null) continue;
            log.write(rejection + "; the agent waits for changed settings");
            for (long waited = 0; waited < PATIENCE && seen.equals(mark()); waited += 1000) sleep(1000);
        }
    }

    /**
     * Registers if need be and sends heartbeats.
     *
     * @return why the server won't have this agent, or null when the settings changed while there was a problem
     */
    private String serve(Settings settings, Server server, Object seen) throws IOException {
        Path kept = state.resolve("state/agent.properties");
        report(settings, 0, false);
        long wait = 0;
        while (true) {
            sleep(wait);
            if (problemCount > 0 && !seen.equals(mark())) return null;
            Properties registration = load(kept);
            try {
                if (registration == null) {
                    if (settings.token == null) return "no installation token is set (agent.token)";
                    registration = server.register(settings.token);
                    store(kept, registration);
                    log.write("registered as " + registration.getProperty("agent"));
                }
                server.heartbeat(registration);
                if (problemCount > 0 || wait == 0) log.write("connected as " + registration.getProperty("agent"));
                problemCount = 0;
                lastProblem = "";
                wait = settings.heartbeatSeconds * 1000L;
                report(settings, System.currentTimeMillis() / 1000, true);
            } catch (Rejected rejection) {
                report(settings, 0, false);
                // A token that was set since is the way back in.
                boolean isNew = registration != null && settings.token != null && !seen.equals(mark());
                if (!isNew) return rejection.getMessage();
                Files.delete(kept);
            } catch (IOException problem) {
                wait = pause(words(problem));
                report(settings, 0, false);
            }
        }
    }

    /** Logs a problem, at first and then every tenth time; the milliseconds to wait before the next try. */
    private long pause(String problem) {
        problemCount = problem.equals(lastProblem) ? problemCount + 1 : 1;
        lastProblem = problem;
        long full = Math.min(60_000, 1000L << Math.min(problemCount - 1, 6));
        long wait = full - ThreadLocalRandom.current().nextLong(full / 4);
        if (problemCount == 1 || problemCount % 10 == 0) {
            log.write(problem);
            log.write("trying again, at first after " + (wait / 1000 + 1) + " s");
        }
        return wait;
    }

    /** What changes when the configuration file is replaced or written. */
    private Object mark() {
        try {
            BasicFileAttributes now = Files.readAttributes(configuration, BasicFileAttributes.class);
            return Arrays.asList(now.fileKey(), now.lastModifiedTime(), now.size());
        } catch (IOException gone) {
            return "none";
        }
    }

    /** Writes what {@code health} reads; a full disk must not stop the agent. */
    private void report(Settings settings, long last, boolean isConnected) {
        Properties status = new Properties();
        status.setProperty("process", Long.toString(ProcessHandle.current().pid()));
        status.setProperty("last_heartbeat", Long.toString(last));
        status.setProperty("interval", Integer.toString(settings.heartbeatSeconds));
        status.setProperty("connected", Boolean.toString(isConnected));
        try {
            store(state.resolve("state/status.properties"), status);
        } catch (IOException failure) {
            log.write("the status can't be written: " + words(failure));
        }
    }

    /** Makes a discovery whenever somebody asks for one. */
    private void watchForRequests() {
        Path request = state.resolve("state/discover");
        while (true) {
            sleep(100);
            if (!Files.exists(request)) continue;
            try {
                replace(state.resolve("state/discovery.txt"), discover().getBytes(StandardCharsets.UTF_8));
                log.write("discovery done");
            } catch (Exception | LinkageError failure) {
                log.write("discovery failed: " + words(failure));
            }
            try {
                Files.deleteIfExists(request);
            } catch (IOException ignored) {
                return;
            }
        }
    }

    /** Opens the jar beside this program's own, and has the class in it do its work. */
    private static String discover() throws Exception {
        URL own = NetworkAgent.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {new URL(own, "discovery.jar")})) {
            Class<?> found = Class.forName("agent.Discovery", true, loader);
            return (String) ((Callable<?>) found.getDeclaredConstructor().newInstance()).call();
        }
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException nobodyInterrupts) {
            Thread.currentThread().interrupt();
        }
    }

    /** The messages of a failure and its causes. */
    static String words(Throwable failure) {
        StringBuilder text = new StringBuilder(failure.toString());
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (text.indexOf(String.valueOf(cause.getMessage())) < 0) text.append(": ").append(cause);
        }
        return text.toString();
    }

    static Properties load(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            Properties properties = new Properties();
            properties.load(in);
            return properties;
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    private static void store(Path path, Properties properties) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        properties.store(bytes, null);
        replace(path, bytes.toByteArray());
    }

    /** Replaces a file whole; it is for its owner alone from its first byte on. */
    private static void replace(Path path, byte[] content) throws IOException {
        Path staged = Files.createTempFile(
            path.getParent(), path.getFileName() + ".", ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(staged, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content));
            channel.force(true);
        }
        Files.move(staged, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /** With these settings it never works. */
    private static final class BadSettings extends IOException {
        private static final long serialVersionUID = 1;

        BadSettings(String message) {
            super(message);
        }

        @Override
        public String toString() {
            return getMessage();
        }
    }

    /** The token or the registration is unknown (401) or used up (409): asking again changes nothing. */
    private static final class Rejected extends IOException {
        private static final long serialVersionUID = 1;

        Rejected(String message) {
            super(message);
        }
    }

    /** What the configuration file says; an empty value counts as none. */
    private static final class Settings {
        final URL server;
        final String token;
        final String caFile;
        final int heartbeatSeconds;
        final String proxyHost;
        final int proxyPort;
        final String proxyUser;
        final String proxyPassword;

        Settings(Path path) throws IOException {
            Properties all;
            try {
                all = load(path);
            } catch (IllegalArgumentException damaged) {
                throw new BadSettings(path + ": " + damaged.getMessage());
            }
            if (all == null) throw new BadSettings(path + " is not there: the agent isn't configured");
            String url = value(all, "server.url");
            if (url == null) throw new BadSettings(path + ": server.url is missing");
            server = new URL(url);
            token = value(all, "agent.token");
            caFile = value(all, "server.ca_file");
            heartbeatSeconds = number(all, "agent.heartbeat", "30", 86_400);
            proxyHost = value(all, "proxy.host");
            if (proxyHost == null && value(all, "proxy.pac_url") != null) {
                throw new BadSettings(
                    "only a proxy auto-config (PAC) URL is set, and this agent can't evaluate PAC files");
            }
            proxyPort = proxyHost == null ? 0 : number(all, "proxy.port", null, 65_535);
            proxyUser = value(all, "proxy.user");
            proxyPassword = value(all, "proxy.password");
        }

        private static String value(Properties all, String key) {
            String value = all.getProperty(key);
            return value == null || value.isEmpty() ? null : value;
        }

        private static int number(Properties all, String key, String other, int most) throws BadSettings {
            String text = value(all, key) == null ? other : value(all, key);
            if (text == null) throw new BadSettings(key + " is missing");
            try {
                int number = Integer.parseInt(text);
                if (number >= 1 && number <= most) return number;
            } catch (NumberFormatException ignored) {
                // Said below.
            }
            throw new BadSettings(key + " must be a number from 1 to " + most + ", not ‘" + text + "’");
        }
    }

    /** The management server's interface for agents. */
    private static final class Server {
        private final Settings settings;
        private final Proxy proxy;
        private final Authenticator authenticator;
        private final SSLSocketFactory trust;

        Server(Settings settings) throws IOException {
            this.settings = settings;
            proxy = settings.proxyHost == null
                ? Proxy.NO_PROXY
                : new Proxy(Proxy.Type.HTTP, new InetSocketAddress(settings.proxyHost, settings.proxyPort));
            authenticator = new Authenticator() {
                @Override
                protected PasswordAuthentication getPasswordAuthentication() {
                    if (getRequestorType() != RequestorType.PROXY || settings.proxyUser == null) return null;
                    String password = settings.proxyPassword == null ? "" : settings.proxyPassword;
                    return new PasswordAuthentication(settings.proxyUser, password.toCharArray());
                }
            };
            trust = settings.caFile == null ? null : trusting(settings.caFile);
        }

        Properties register(String token) throws IOException {
            // Not InetAddress.getLocalHost(), which fails where the host's name has no address.
            String host = Files.readString(Paths.get("/proc/sys/kernel/hostname")).trim();
            String body = object("token", token, "host", host, "version", version());
            String answer = ask("/api/agents/register", body,
                "the server does not know the installation token (401): set the token that it shows for this agent");
            Properties registration = new Properties();
            for (String key : new String[] {"agent", "secret"}) {
                Matcher found = Pattern.compile("\"" + key + "\"\\s*:\\s*\"([^\"\\\\]+)\"").matcher(answer);
                if (!found.find()) throw new IOException("the server's answer holds no agent and secret");
                registration.setProperty(key, found.group(1));
            }
            return registration;
        }

        void heartbeat(Properties known) throws IOException {
            String body = object(
                "agent", known.getProperty("agent"), "secret", known.getProperty("secret"), "version", version());
            ask("/api/agents/heartbeat", body,
                "the server does not know this agent any more (401): set a new installation token");
        }

        private String ask(String path, String body, String unknown) throws IOException {
            URL url = new URL(settings.server, path);
            HttpURLConnection connection = (HttpURLConnection) url.openConnection(proxy);
            connection.setAuthenticator(authenticator);
            if (trust != null && connection instanceof HttpsURLConnection) {
                ((HttpsURLConnection) connection).setSSLSocketFactory(trust);
            }
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(10_000);
            connection.setReadTimeout(30_000);
            connection.setRequestProperty("User-Agent", "java-agent/" + version());
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            try {
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body.getBytes(StandardCharsets.UTF_8));
                }
                int status = connection.getResponseCode();
                if (status == 401) throw new Rejected(unknown);
                if (status == 409) {
                    throw new Rejected(
                        "the installation token was used before (409): get a new token from the server and set it");
                }
                if (status == 407) throw new IOException("the proxy wants a user and a password (407)");
                if (status != 200) throw new IOException("the server answered with status " + status);
                return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (Rejected rejection) {
                throw rejection;
            } catch (IOException failure) {
                throw new IOException(url + " can't be asked", failure);
            } finally {
                connection.disconnect();
            }
        }

        /** Trusts what the JVM trusts, and the certificates of a PEM file. */
        private static SSLSocketFactory trusting(String file) throws IOException {
            try {
                KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                byte[] pem = Files.readAllBytes(Paths.get(file));
                int number = 0;
                for (Certificate one : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))) {
                    store.setCertificateEntry("private-" + number++, one);
                }
                for (TrustManager manager : managers(null)) {
                    for (X509Certificate one : ((X509TrustManager) manager).getAcceptedIssuers()) {
                        store.setCertificateEntry("jvm-" + number++, one);
                    }
                }
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, managers(store), null);
                return context.getSocketFactory();
            } catch (GeneralSecurityException | IOException problem) {
                throw new BadSettings("server.ca_file " + file + " can't be used: " + words(problem));
            }
        }

        private static TrustManager[] managers(KeyStore store) throws GeneralSecurityException {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        }

        private static String object(String... pairs) {
            StringBuilder text = new StringBuilder("{");
            for (int index = 0; index < pairs.length; index += 2) {
                if (index > 0) text.append(",");
                text.append(quoted(pairs[index])).append(":").append(quoted(pairs[index + 1]));
            }
            return text.append("}").toString();
        }

        private static String quoted(String text) {
            StringBuilder quoted = new StringBuilder("\"");
            text.chars().forEach(unit -> {
                if (unit == '"' || unit == '\\') quoted.append('\\').append((char) unit);
                else if (unit < 0x20) quoted.append(String.format("\\u%04x", unit));
                else quoted.append((char) unit);
            });
            return quoted.append('"').toString();
        }
    }

    /** {@code state/status.properties}: what the running agent last knew. */
    private static final class Status {
        /** Why the agent isn't well; null when it is. */
        static String problem(Path path) throws IOException {
            Properties status = load(path);
            if (status == null) return "the agent has not run yet";
            if (!Files.exists(Paths.get("/proc", status.getProperty("process")))) return "the agent is not running";
            if (!Boolean.parseBoolean(status.getProperty("connected"))) {
                return "the last request to the server failed; see logs/agent.log";
            }
            long age = System.currentTimeMillis() / 1000 - Long.parseLong(status.getProperty("last_heartbeat"));
            long allowed = 3 * Long.parseLong(status.getProperty("interval")) + 10;
            return Math.abs(age) <= allowed ? null : "the last heartbeat was " + age + " seconds ago";
        }
    }

    /** {@code logs/agent.log}, and standard error for the journal; a line an event. Callers keep secrets out. */
    private static final class Log {
        private final PrintWriter file;

        Log(Path path) throws IOException {
            file = new PrintWriter(new OutputStreamWriter(Channels.newOutputStream(Files.newByteChannel(
                path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))),
                StandardCharsets.UTF_8));
        }

        synchronized void write(String text) {
            String line = text.replaceAll("\\p{Cntrl}+", " ");
            file.println(Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + line);
            file.flush();
            System.err.println(line);
        }
    }
}
