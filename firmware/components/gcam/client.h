#pragma once

#include "frames.h"
#include "outgoing.h"
#include "pace.h"
#include "request.h"

#include "esphome/components/socket/socket.h"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>

namespace esphome::gcam {

/// One connection, from its request to its end. Nothing here waits: whoever is slow is asked again in the next loop.
class Client {
 public:
  enum class State : uint8_t {
    READING,
    /// Its request is to be answered.
    ASKING,
    /// For a picture that is taken after it asked.
    WAITING,
    SENDING,
    STREAMING,
    /// All is sent: it is heard out, or what it still sends would take the answer from it.
    ENDING,
    OVER,
  };

  Client(std::unique_ptr<socket::Socket> socket, Frames &frames, uint64_t now_us, bool is_too_many);

  /// Reads and writes what goes now.
  void loop(uint64_t now_us);
  void write(uint64_t now_us);

  State state() const { return this->state_; }
  const Request &request() const { return this->request_; }
  /// There is no room for it.
  bool is_too_many() const { return this->is_too_many_; }
  /// Its answer, after which it ends.
  void reply(std::initializer_list<std::string_view> texts, uint64_t now_us);
  void wait() { this->state_ = State::WAITING; }
  uint64_t asked_us() const { return this->asked_us_; }
  /// Of a picture.
  void reply(std::string_view head, const Held &frame, uint64_t now_us);
  void stream(uint32_t number, uint32_t interval_us, std::string_view head, uint64_t now_us);

  /// Of its stream; 0: it is none.
  uint32_t stream_number() const { return this->state_ == State::STREAMING ? this->stream_number_ : 0; }
  Pace &pace() { return this->pace_; }
  /// The next picture is there: what it was not sent by now it misses.
  void miss(uint64_t now_us);
  /// Something is to be written, and did not go.
  bool is_pending() const { return !this->outgoing_.is_empty(); }

 protected:
  void read_(uint64_t now_us);
  void read_request_(uint64_t now_us);
  bool begin_picture_(uint64_t now_us);

  std::unique_ptr<socket::Socket> socket_;
  Frames &frames_;
  Request request_;
  Outgoing outgoing_;
  Pace pace_;
  uint64_t came_us_;
  uint64_t asked_us_{0};
  /// When something went last.
  uint64_t progress_us_{0};
  uint32_t stream_number_{0};
  /// The picture that was sent last.
  uint32_t seen_{0};
  State state_{State::READING};
  bool is_too_many_;
  bool sends_picture_{false};
};

}  // namespace esphome::gcam
