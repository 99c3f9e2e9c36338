#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace esphome::gcam {

/// `name=value&…`, taken apart one by one.
class Form {
 public:
  explicit Form(std::string_view text) : rest_(text) {}

  /// The next one; false at the end, or where it can't be read: then `wrong` is what stands there.
  bool next();

  std::string_view name;
  std::string_view value;
  std::string_view wrong;

 protected:
  std::string_view rest_;
};

/// One HTTP request, read into memory of a fixed size.
class Request {
 public:
  static constexpr size_t MOST_HEAD = 1024;
  static constexpr size_t MOST_BODY = 512;

  enum class State : uint8_t {
    READING,
    WHOLE,
    /// `status` and `sentence` say why.
    WRONG,
  };

  /// Where the next bytes go, and how many have room.
  char *room() { return this->memory_ + this->length_; }
  size_t room_size() const { return sizeof(this->memory_) - this->length_; }
  /// So many have come.
  State came(size_t length);
  /// It did not come whole in time.
  void late();

  std::string_view method;
  std::string_view target;
  std::string_view path;
  std::string_view query;
  std::string_view body;
  std::string_view authorization;
  bool has_origin{false};
  bool has_claim_header{false};

  uint16_t status{0};
  const char *sentence{nullptr};

 protected:
  State read_head_(std::string_view head);
  bool read_first_(std::string_view line);
  bool read_header_(std::string_view line);
  State wrong_(uint16_t status, const char *sentence);

  char memory_[MOST_HEAD + MOST_BODY];
  size_t length_{0};
  /// 0: not whole yet.
  size_t head_length_{0};
  size_t body_length_{0};
  bool has_length_{false};
};

}  // namespace esphome::gcam
