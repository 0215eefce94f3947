"""The exam server: rules, acts, storage, live connections and pages of a certification session."""
