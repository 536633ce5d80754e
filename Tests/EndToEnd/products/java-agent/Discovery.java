package agent;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** What the agent finds on its network; in a jar of its own, which is opened when it is asked for. */
public final class Discovery implements Callable<String> {
    /** Its own version and jar, the kernel (which a child process tells), and the network's interfaces. */
    @Override
    public String call() throws IOException {
        Process uname = new ProcessBuilder("uname", "-r").redirectErrorStream(true).start();
        String kernel = new String(uname.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        String names = NetworkInterface.networkInterfaces().map(NetworkInterface::getName).sorted()
            .collect(Collectors.joining(" "));
        return "version=" + Discovery.class.getPackage().getImplementationVersion()
            + "\njar=" + Discovery.class.getProtectionDomain().getCodeSource().getLocation().getPath()
            + "\nkernel=" + kernel + "\ninterfaces=" + names + "\n";
    }
}
