package dev.weir.standalone.broker;

import dev.weir.standalone.process.DataDirectory;
import dev.weir.standalone.process.Distribution;
import java.nio.file.Path;

/** A parent that can be killed: starts a broker on the folder in its argument and stays. */
final class BrokerHost {

    private BrokerHost() {}

    public static void main(String[] args) throws Exception {
        try (DataDirectory data = DataDirectory.open(Path.of(args[0]))) {
            Broker broker = Broker.start(Distribution.locate(), data, 0, System.err::println);
            System.out.println(broker.process().pid());
            Thread.currentThread().join();
        }
    }
}
