"""The address sheet: one page to lay before papers that go by post."""
