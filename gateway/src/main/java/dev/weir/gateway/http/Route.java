package dev.weir.gateway.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One kind of address and what can be done there. HEAD is GET without a body, OPTIONS is always possible, other methods are
 * answered with 405. Immutable.
 *
 * @param template path whose variables stand in braces, each a whole segment: {@code /whip/{stream}}
 * @param headers what every answer of this address carries
 */
record Route(String template, Map<String, Action> actions, Map<HttpString, String> headers) {
    private static final HttpString ACCEPT_POST = new HttpString("Accept-Post");
    private static final HttpString ACCEPT_PATCH = new HttpString("Accept-Patch");

    /** Answers a request; {@code variables} are in the template's order. On the I/O thread, so it must not block. */
    @FunctionalInterface
    interface Action {
        void answer(HttpServerExchange exchange, List<String> variables) throws Exception;
    }

    Route {
        actions = Map.copyOf(actions);
        headers = Map.copyOf(headers);
    }

    static Route at(String template) {
        return new Route(template, Map.of(), Map.of());
    }

    /** Returns this route with an answer to {@code method}. */
    Route on(String method, Action action) {
        Map<String, Action> more = new LinkedHashMap<>(actions);
        more.put(method, action);
        return new Route(template, more, headers);
    }

    /** Returns this route with an answer to {@code method} that a worker thread gives, which may block. */
    Route onWorker(String method, Action action) {
        return on(
                method, (exchange, variables) -> Guard.onWorker(exchange, worker -> action.answer(worker, variables)));
    }

    /** Returns this route telling which type a POST takes. */
    Route acceptPost(String type) {
        return with(ACCEPT_POST, type);
    }

    /** Returns this route telling which types a PATCH takes. */
    Route acceptPatch(String types) {
        return with(ACCEPT_PATCH, types);
    }

    /** Returns this route with a header on all its answers. */
    Route with(HttpString header, String value) {
        Map<HttpString, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Route(template, actions, more);
    }

    /** Returns the values of the template's variables, in its order, when {@code path} has its form. */
    Optional<List<String>> match(String path) {
        String[] wanted = template.split("/", -1);
        String[] found = path.split("/", -1);
        if (wanted.length != found.length) {
            return Optional.empty();
        }
        List<String> variables = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                variables.add(found[i]);
            } else if (!wanted[i].equals(found[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }

    /** Returns every method that is answered with something else than 405. */
    List<String> methods() {
        List<String> methods = new ArrayList<>();
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
            if (actions.containsKey(asked(method)) || method.equals("OPTIONS")) {
                methods.add(method);
            }
        }
        return methods;
    }

    private static String asked(String method) {
        return method.equals("HEAD") ? "GET" : method;
    }

    void answer(HttpServerExchange exchange, List<String> variables) throws Exception {
        headers.forEach((header, value) -> exchange.getResponseHeaders().put(header, value));
        String method = exchange.getRequestMethod().toString();
        String allowed = String.join(", ", methods());
        if (method.equals("OPTIONS")) {
            exchange.getResponseHeaders().put(Headers.ALLOW, allowed);
        }
        Action action = actions.get(asked(method));
        if (action != null) {
            action.answer(exchange, variables);
        } else if (method.equals("OPTIONS")) {
            Empty.send(exchange, 200);
        } else {
            Problem.sendMethodNotAllowed(exchange, allowed);
        }
    }
}
