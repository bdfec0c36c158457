package dev.weir.webrtc.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OrderedMapTest {
    private static Map<Integer, Set<String>> sample() {
        Map<Integer, Set<String>> map = new LinkedHashMap<>();
        map.put(111, Set.of("nack"));
        map.put(96, Set.of("nack", "nack pli"));
        map.put(45, Set.copyOf(Set.of("nack pli", "nack")));
        return map;
    }

    @Test
    void isEqualToWhatItCopiedInTheSameOrderAndSharesEqualValues() {
        Map<Integer, Set<String>> copy = OrderedMap.copyOf(sample());

        assertThat(copy).isEqualTo(sample()).hasSize(3);
        assertThat(copy.keySet()).containsExactly(111, 96, 45);
        assertThat(copy.get(45)).isSameAs(copy.get(96));
        assertThat(copy.containsKey(97)).isFalse();
        assertThat(copy.getOrDefault(97, Set.of())).isEmpty();
        assertThat(OrderedMap.copyOf(copy)).isSameAs(copy);
        assertThat(OrderedMap.copyOf(Map.of())).isEmpty();
    }

    @Test
    void sharedCopiesOfOneMapAreOneHoweverManyOthersThereWere() {
        Map<Integer, Set<String>> copy = OrderedMap.sharedCopyOf(sample());
        Map<Integer, Set<String>> reversed = new LinkedHashMap<>();
        reversed.put(96, Set.of("nack", "nack pli"));
        reversed.put(111, Set.of("nack"));
        reversed.put(45, Set.of("nack", "nack pli"));

        assertThat(OrderedMap.sharedCopyOf(sample())).isSameAs(copy);
        assertThat(OrderedMap.sharedCopyOf(reversed)).isEqualTo(copy).isNotSameAs(copy);
        assertThat(OrderedMap.sharedCopyOf(reversed).keySet()).containsExactly(96, 111, 45);
        for (int i = 0; i < 1_000; i++) {
            assertThat(OrderedMap.sharedCopyOf(Map.of(i, "x"))).containsExactly(Map.entry(i, "x"));
        }
        assertThat(OrderedMap.sharedCopyOf(sample())).isEqualTo(copy);
        assertThat(OrderedMap.sharedCopyOf(Map.of())).isEmpty();
    }

    @Test
    void cannotBeChanged() {
        Map<Integer, Set<String>> copy = OrderedMap.copyOf(sample());

        assertThatThrownBy(() -> copy.put(1, Set.of())).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> copy.remove(96)).isInstanceOf(UnsupportedOperationException.class);
    }
}
