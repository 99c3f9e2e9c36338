#pragma once

#include "client.h"
#include "frames.h"

#include "esphome/components/socket/socket.h"

#include <array>
#include <cstdint>
#include <memory>

namespace esphome::gcam {

/// Nobody wants a picture.
inline constexpr uint32_t NEVER_US = UINT32_MAX;

/// Everybody who is connected.
class Server {
 public:
  static constexpr int MOST_STREAMS = GCAM_MAX_CLIENTS;
  static constexpr int MOST_OTHERS = 4;

  explicit Server(Frames &frames) : frames_(frames) {}

  /// False: the port can't be had.
  bool begin(uint16_t port);
  void loop(uint64_t now_us);
  /// Writes what goes now; for the time between two loops.
  void pump(uint64_t now_us);
  bool is_pending() const;

  template<typename Do> void each(Do &&act) {
    for (auto &client : this->clients_) {
      if (client != nullptr)
        act(*client);
    }
  }

  int streams() const;
  Client *stream(uint32_t number);
  uint32_t next_number() { return ++this->numbers_; }
  /// Streams, and who waits for a picture.
  void end_pictures();
  /// The next picture is there.
  void miss(uint64_t now_us);
  /// The shortest time between two pictures that somebody wants; 0: as many as there are.
  uint32_t wanted_us();

 protected:
  void accept_(uint64_t now_us);

  Frames &frames_;
  std::unique_ptr<socket::ListenSocket> listener_;
  // The last place is for one that is told that there is none.
  std::array<std::unique_ptr<Client>, MOST_STREAMS + MOST_OTHERS + 1> clients_;
  uint32_t numbers_{0};
};

}  // namespace esphome::gcam
