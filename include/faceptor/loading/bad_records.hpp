#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>

namespace faceptor::loading {

/// A record of a data set that could not be used, and why.
struct BadRecord {
  std::size_t index = 0;
  Error error;
};

/// True for errors that blame one record: a picture that can't be decoded, a label that can't be. False for those that would come with
/// every record, such as labels of another kind than the task's.
bool blames_record(const Error& error) noexcept;

/// The bad records of one data set: skipped while they are few, an error when they are more.
class BadRecords {
 public:
  /// How many are kept with their errors.
  static constexpr std::size_t kKept = 20;

  /// @param name   what messages call the set
  /// @param size   number of its records
  /// @param limit  which share of them may be bad, 0 (none) to 1
  /// @throws Error(argument) for another limit
  BadRecords(std::string name, std::size_t size, double limit);

  /// Notes a record; the same one again counts once.
  /// @throws the record's own error if none may be bad; Error(format) once they are more than the limit
  void add(const BadRecord& record);

  std::size_t count() const noexcept { return indices_.size(); }
  std::size_t allowed() const noexcept { return allowed_; }
  /// The first `kKept` of them, in the order in which they came.
  const std::vector<BadRecord>& first() const noexcept { return first_; }

 private:
  std::string name_;
  std::size_t size_;
  std::size_t allowed_;
  std::set<std::size_t> indices_;
  std::vector<BadRecord> first_;
};

}  // namespace faceptor::loading
